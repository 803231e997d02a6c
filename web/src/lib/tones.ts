// Words of status that mean well, on the way, or not well; other words mean nothing in particular.

import type { Tone } from "../components/basics";
import type { PartState } from "../api/portal";

const kTones: Record<string, Tone> = {};
for (const [tone, words] of Object.entries({
  ok: "Ready Healthy Synced Running Active Bound Available Succeeded Completed SecretSynced Valid Established",
  warn: "Progressing Pending Warning OutOfSync Suspended Terminating Unknown Waiting Missing",
  bad: "Failed Degraded Error CrashLoopBackOff ImagePullBackOff SecretSyncedError Invalid Lost NotReady",
})) {
  for (const word of words.split(" ")) kTones[word] = tone as Tone;
}

export function toneOf(word: string): Tone | undefined {
  return kTones[word];
}

// Conditions say True when all is well, unless they are named for trouble.
export function conditionTone(type: string, status: string): Tone {
  if (status === "Unknown") return "warn";
  const isTrouble = /Failed|Failure|Degraded|Error|Pressure|Unavailable|Suspended|Problem|Deprecated/.test(type);
  return (status === "True") !== isTrouble ? "ok" : "bad";
}

const kPartTones: Record<PartState, Tone> = {
  waiting: "off",
  starting: "info",
  ready: "ok",
  degraded: "warn",
  failed: "bad",
  off: "off",
};

export function partTone(state: PartState): Tone {
  return kPartTones[state];
}
