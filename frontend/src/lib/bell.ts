/** A soft bell of two notes, made here: nothing to load. Browsers let it sound after a tap on the page. */
export class Bell {
  private audio: AudioContext | null = null;

  /** Call it in a click; resolves to whether it may sound. */
  async allow(): Promise<boolean> {
    try {
      this.audio ??= new AudioContext();
      if (this.audio.state !== "running") await this.audio.resume();
      return this.audio.state === "running";
    } catch {
      return false;
    }
  }

  ring(): void {
    const { audio } = this;
    if (audio?.state !== "running") return;
    note(audio, 523.25, audio.currentTime);
    note(audio, 659.25, audio.currentTime + 0.22);
  }

  close(): void {
    void this.audio?.close();
    this.audio = null;
  }
}

/** One note of 0.7 s that comes gently and fades; `hertz`, start in seconds of the audio clock. */
function note(audio: AudioContext, hertz: number, start: number): void {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.12, start + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.7);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 0.75);
}
