/** A worker that only keeps time: asked for `{id, seconds}`, it posts the id every so many seconds. */
self.addEventListener("message", ({ data }: MessageEvent<{ id: number; seconds: number }>) => {
  setInterval(() => {
    (self as unknown as { postMessage: (id: number) => void }).postMessage(data.id);
  }, data.seconds * 1000);
});

export {};
