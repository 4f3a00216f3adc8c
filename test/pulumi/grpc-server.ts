/** A gRPC server on a free port of this machine, for as long as a function runs. */
import * as grpc from "@grpc/grpc-js";

export async function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

export async function serving<T>(server: grpc.Server, use: (address: string) => Promise<T>): Promise<T> {
  try {
    return await use(`127.0.0.1:${await listen(server)}`);
  } finally {
    server.forceShutdown();
  }
}
