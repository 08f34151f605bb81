// A moment in the reader's own time zone, before the words that stand there without script.

class WlTime extends HTMLElement {
  connectedCallback(): void {
    const at = new Date(this.dataset.at ?? "");
    if (Number.isNaN(at.getTime()) || this.querySelector("time")) return;
    const time = document.createElement("time");
    time.dateTime = at.toISOString();
    time.textContent = this.format(at);
    this.prepend(time, " (");
    this.append(")");
  }

  private format(at: Date): string {
    const sameDay = at.toDateString() === new Date().toDateString();
    return new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
      hour: "2-digit",
      minute: "2-digit",
      timeZoneName: "short",
      ...(sameDay ? {} : { weekday: "long" }),
    }).format(at);
  }
}

customElements.define("wl-time", WlTime);
