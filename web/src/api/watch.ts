// All watches of the portal over one WebSocket: browsers allow only six connections to a host.
//
// We send {"id":1,"path":"/api/v1/pods?resourceVersion=5"} or {"id":1,"stop":true}; the server sends
// {"id":1,"type":"ADDED","object":{…}} or {"id":1,"error":{Status}}. After a lost connection or an error (a revision
// that is gone) a subscriber is told to start over: list again, then watch from there.

import type { KubeObject } from "./kube";

export type EventType = "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";

export interface Subscriber {
  path: string;
  onEvent: (type: EventType, object: KubeObject) => void;
  // Called once; this subscription is over.
  onLost: () => void;
}

interface Message {
  id: number;
  type?: EventType;
  object?: KubeObject;
  error?: unknown;
}

export type SocketFactory = () => WebSocket;

const kRetryMinMs = 500;
const kRetryMaxMs = 15_000;

function openSocket(): WebSocket {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${window.location.host}/kube-watch`);
}

export class WatchHub {
  private socket: WebSocket | null = null;
  private subscribers = new Map<number, Subscriber>();
  private nextId = 1;
  private notBefore = 0;
  private retryMs = kRetryMinMs;
  private listeners = new Set<() => void>();
  isLive = false;

  constructor(private readonly open: SocketFactory = openSocket) {}

  subscribe(subscriber: Subscriber): () => void {
    const id = this.nextId++;
    this.subscribers.set(id, subscriber);
    this.connect();
    this.send({ id, path: subscriber.path });
    return () => {
      if (this.subscribers.delete(id)) this.send({ id, stop: true });
    };
  }

  onLiveChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // When a subscriber that was lost should come again.
  get waitMs(): number {
    return Math.max(0, this.notBefore - Date.now());
  }

  private connect(): void {
    if (this.socket !== null) return;
    const socket = this.open();
    this.socket = socket;
    socket.onopen = () => {
      this.retryMs = kRetryMinMs;
      this.setLive(true);
      for (const [id, { path }] of this.subscribers) this.send({ id, path });
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      this.receive(JSON.parse(event.data) as Message);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lose();
    };
  }

  private lose(): void {
    this.socket = null;
    this.notBefore = Date.now() + this.retryMs;
    this.retryMs = Math.min(this.retryMs * 2, kRetryMaxMs);
    this.setLive(false);
    const lost = [...this.subscribers.values()];
    this.subscribers.clear();
    for (const subscriber of lost) subscriber.onLost();
  }

  private receive(message: Message): void {
    const subscriber = this.subscribers.get(message.id);
    if (!subscriber) return;
    if (message.error !== undefined) {
      this.subscribers.delete(message.id);
      subscriber.onLost();
    } else if (message.type && message.object) {
      subscriber.onEvent(message.type, message.object);
    }
  }

  private send(message: object): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message));
  }

  private setLive(isLive: boolean): void {
    if (this.isLive === isLive) return;
    this.isLive = isLive;
    for (const listener of this.listeners) listener();
  }
}

export const watchHub = new WatchHub();
