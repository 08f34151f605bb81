/// <reference lib="webworker" />
import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";
import type { Challenge } from "altcha-lib/types";

// A worker of its own, so that the page stays quick: takes a challenge, answers with its solution.
self.addEventListener("message", (event: MessageEvent<Challenge>) => {
  void solveChallenge({ challenge: event.data, deriveKey }).then((solution) => { self.postMessage(solution); });
});
