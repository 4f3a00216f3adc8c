/** The HTTP server that the Telemetry API delivers to, on a free port. It answers 200 to everything, at once. */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { collectGarbage } from "./heap";
import { headerOf, HttpReader } from "./http-reader";
import { later, turn } from "./later";

/** Four times the largest batch that `subscribe` asks for. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Lambda uses one. The function can connect, too, so there is a limit. */
const MAX_CONNECTIONS = 8;
/** Limit for all unfinished deliveries together. */
const MAX_HELD_BYTES = 2 * MAX_BODY_BYTES;
/** Buffers lie outside V8's heap, where V8 lets some 64 MB of garbage gather before it collects. */
const COLLECT_AFTER_BYTES = 8 * MAX_BODY_BYTES;

export interface Listener {
  readonly port: number;
  /**
   * Sets who gets the deliveries. Earlier ones are answered and dropped.
   *
   * @param onBody gets each body after it has been answered.
   * @param onOversized is called for each body dropped because it, or all that is held, was too large.
   */
  deliverTo(onBody: (body: string) => void, onOversized: () => void): void;
  close(): void;
}

/** Listens on a free port of `host`. */
export async function listen(host: string): Promise<Listener> {
  let onBody: (body: string) => void = () => undefined;
  let onOversized: () => void = () => undefined;
  /** In order of the last byte received, the most recent last. */
  const connections = new Map<Socket, HttpReader>();
  let uncollectedBytes = 0;
  const enforceLimits = () => {
    let held = 0;
    for (const { heldBytes } of connections.values()) held += heldBytes;
    for (const [socket, { heldBytes }] of connections) {
      if (connections.size <= MAX_CONNECTIONS && held <= MAX_HELD_BYTES) return;
      connections.delete(socket);
      socket.destroy();
      held -= heldBytes;
      if (heldBytes > 0) onOversized();
    }
  };
  // No timeouts: one could fire at a thaw and cut off a delivery.
  const server = createServer((socket) => {
    const reader = new HttpReader(
      MAX_BODY_BYTES,
      ({ body, isOversized, keepsAlive }) => {
        // Lambda would deliver it again after any other status.
        const answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
        if (keepsAlive) socket.write(`${answer}\r\n`);
        else socket.end(`${answer}Connection: close\r\n\r\n`);
        if (isOversized) onOversized();
        else onBody(body);
      },
      (head) => {
        if (headerOf(head, "expect")?.toLowerCase() === "100-continue")
          socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      },
    );
    connections.set(socket, reader);
    enforceLimits();
    socket.on("data", (bytes) => {
      connections.delete(socket);
      connections.set(socket, reader);
      if (!reader.push(bytes)) socket.destroy();
      enforceLimits();
      uncollectedBytes += bytes.length;
      if (uncollectedBytes > COLLECT_AFTER_BYTES) {
        uncollectedBytes = 0;
        later(collectGarbage);
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => connections.delete(socket));
  });
  await startListening(server, host);
  return {
    port: (server.address() as AddressInfo).port,
    deliverTo: (...receivers) => {
      [onBody, onOversized] = receivers;
    },
    close: () => {
      server.close();
      for (const socket of connections.keys()) socket.destroy();
    },
  };
}

async function startListening(server: Server, host: string): Promise<void> {
  listenDirectly(server, host);
  if (!server.listening) {
    // The direct call emits its error, if any, before the next turn.
    await turn();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, host, resolve);
    });
  }
  server.removeAllListeners("error");
}

/**
 * Calls the private method that `server.listen` ends in. On its way there, `listen` loads `node:dns`, `node:cluster`
 * and `node:child_process`, which cost every start 2 ms and a megabyte and aren't needed here. A Node version may lack
 * the method or use its name for another, so the caller must check that the server listens.
 */
function listenDirectly(server: Server, host: string): void {
  server.once("error", () => undefined);
  try {
    (server as { _listen2?: (host: string, port: number, addressType: 4) => void })._listen2?.(host, 0, 4);
  } catch {
    // `server.listen` is tried next, and reports what is wrong.
  }
}
