/** Where the Telemetry API delivers: a plain HTTP server on a free port that says 200 to everything, at once. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Four times the largest batch that `subscribe` asks for. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface Listener {
  readonly port: number;
  close(): void;
}

/**
 * Listens on a free port of `host`.
 *
 * @param onBody gets each body after it was answered.
 * @param onOversized is told of each body that was read past and forgotten.
 */
export async function listen(
  host: string,
  onBody: (body: string) => void,
  onOversized: () => void,
): Promise<Listener> {
  const server = createServer((request, response) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else chunks = [];
    });
    request.on("error", () => undefined);
    request.on("end", () => {
      // Anything but 200 would have Lambda deliver it again.
      response.writeHead(200, { "Content-Length": 0 }).end();
      if (bytes > MAX_BODY_BYTES) onOversized();
      else onBody(Buffer.concat(chunks).toString());
    });
  });
  // No time-out of ours may ring at thaw and cut off a delivery.
  server.keepAliveTimeout = server.requestTimeout = server.headersTimeout = 0;
  server.on("clientError", (_error, socket) => socket.destroy());
  await listening(server, host);
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listening(server: Server, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}
