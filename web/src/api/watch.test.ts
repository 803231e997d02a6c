import { beforeEach, describe, expect, test, vi } from "vitest";

import type { KubeObject } from "./kube";
import { WatchHub } from "./watch";
import type { Subscriber } from "./watch";

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  receive(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  close() {
    this.readyState = 3;
    this.onclose?.();
  }
}

const object = (name: string) => ({ metadata: { name } }) as KubeObject;
const subscriber = (path: string) => ({
  path,
  onEvent: vi.fn<Subscriber["onEvent"]>(),
  onLost: vi.fn<Subscriber["onLost"]>(),
});
const last = () => FakeSocket.all.at(-1) as FakeSocket;

let hub: WatchHub;
beforeEach(() => {
  FakeSocket.all = [];
  hub = new WatchHub(() => new FakeSocket() as unknown as WebSocket);
});

describe("watches over one socket", () => {
  test("what is asked before the socket is open is sent when it is, once", () => {
    hub.subscribe(subscriber("/api/v1/pods"));
    expect(last().sent).toEqual([]);
    last().open();
    expect(last().sent).toEqual([{ id: 1, path: "/api/v1/pods" }]);
  });

  test("all subscribers share the socket, and each hears its own", () => {
    const [pods, nodes] = [subscriber("/pods"), subscriber("/nodes")];
    hub.subscribe(pods);
    last().open();
    hub.subscribe(nodes);
    expect(FakeSocket.all).toHaveLength(1);
    last().receive({ id: 2, type: "ADDED", object: object("n1") });
    expect(nodes.onEvent).toHaveBeenCalledExactlyOnceWith("ADDED", object("n1"));
    expect(pods.onEvent).not.toHaveBeenCalled();
  });

  test("who leaves is not told any more, and the server is", () => {
    const pods = subscriber("/pods");
    const leave = hub.subscribe(pods);
    last().open();
    leave();
    leave();
    expect(last().sent).toEqual([{ id: 1, path: "/pods" }, { id: 1, stop: true }]);
    last().receive({ id: 1, type: "ADDED", object: object("p") });
    expect(pods.onEvent).not.toHaveBeenCalled();
  });

  test("a revision that is gone ends one watch, not the others", () => {
    const [old, young] = [subscriber("/a?resourceVersion=1"), subscriber("/b")];
    hub.subscribe(old);
    hub.subscribe(young);
    last().open();
    last().receive({ id: 1, error: { reason: "Expired" } });
    last().receive({ id: 1, type: "ADDED", object: object("late") });
    expect(old.onLost).toHaveBeenCalledOnce();
    expect(old.onEvent).not.toHaveBeenCalled();
    expect(young.onLost).not.toHaveBeenCalled();
  });

  test("a lost connection is told to all, and the next subscriber opens a new one", () => {
    const pods = subscriber("/pods");
    hub.subscribe(pods);
    last().open();
    expect(hub.isLive).toBe(true);
    last().close();
    expect(hub.isLive).toBe(false);
    expect(pods.onLost).toHaveBeenCalledOnce();

    hub.subscribe(subscriber("/pods"));
    expect(FakeSocket.all).toHaveLength(2);
    last().open();
    expect(last().sent).toEqual([{ id: 2, path: "/pods" }]);
    expect(hub.isLive).toBe(true);
  });

  test("waits grow while nobody answers, up to a limit, and start anew after an answer", () => {
    vi.useFakeTimers({ now: 0 });
    const waits: number[] = [];
    for (let round = 0; round < 8; round++) {
      hub.subscribe(subscriber("/pods"));
      last().close();
      waits.push(hub.waitMs);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
    hub.subscribe(subscriber("/pods"));
    last().open();
    last().close();
    expect(hub.waitMs).toBe(500);
    vi.advanceTimersByTime(600);
    expect(hub.waitMs).toBe(0);
    vi.useRealTimers();
  });

  test("listeners hear of every change of being live, once each", () => {
    const listener = vi.fn();
    const leave = hub.onLiveChange(listener);
    hub.subscribe(subscriber("/pods"));
    last().open();
    last().close();
    expect(listener).toHaveBeenCalledTimes(2);
    leave();
    hub.subscribe(subscriber("/pods"));
    last().open();
    expect(listener).toHaveBeenCalledTimes(2);
  });
});
