// As much of RFC 6455 as the portal's one WebSocket needs: text frames, both ways.
import { createHash } from "node:crypto";

export function accept(request, socket, onText) {
  const key = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`);
  let pending = Buffer.alloc(0);
  socket.on("data", (bytes) => {
    pending = Buffer.concat([pending, bytes]);
    for (let frame = take(); frame; frame = take()) {
      if (frame.opcode === 8) socket.end();
      if (frame.opcode === 1) onText(frame.text);
    }
  });
  socket.on("error", () => socket.destroy());

  function take() {
    if (pending.length < 6) return null;
    let size = pending[1] & 127;
    let at = 2;
    if (size === 126) {
      size = pending.readUInt16BE(2);
      at = 4;
    }
    if (pending.length < at + 4 + size) return null;
    const mask = pending.subarray(at, at + 4);
    const body = Buffer.from(pending.subarray(at + 4, at + 4 + size));
    for (let index = 0; index < body.length; index++) body[index] ^= mask[index % 4];
    const opcode = pending[0] & 15;
    pending = pending.subarray(at + 4 + size);
    return { opcode, text: body.toString() };
  }

  return (text) => {
    const body = Buffer.from(text);
    const head = body.length < 126 ? Buffer.from([129, body.length]) : body.length < 65536 ? Buffer.from([129, 126, body.length >> 8, body.length & 255]) : bigHead(body.length);
    if (socket.writable) socket.write(Buffer.concat([head, body]));
  };
}

function bigHead(size) {
  const head = Buffer.alloc(10);
  head[0] = 129;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(size), 2);
  return head;
}
