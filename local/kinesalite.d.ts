/** The part of kinesalite that the one-machine run uses; the package brings no types. */
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
