/** Types for what the one-machine run uses of kinesalite, which has none. */
declare module "kinesalite" {
  import type { Server } from "node:http";

  interface KinesaliteOptions {
    /** How long a stream stays CREATING, UPDATING, DELETING, in milliseconds. */
    createStreamMs?: number;
    updateStreamMs?: number;
    deleteStreamMs?: number;
    shardLimit?: number;
  }
  export default function kinesalite(options?: KinesaliteOptions): Server;
}
