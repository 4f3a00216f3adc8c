/** Splits and merges a stream's shards. */
import {
  ListShardsCommand,
  MergeShardsCommand,
  SplitShardCommand,
  type Shard,
} from "@aws-sdk/client-kinesis";
import { setTimeout as delay } from "node:timers/promises";
import type { EmbeddedKinesis } from "../../local/kinesis";

const POLL_MS = 10;

/** Splits an open shard in the middle. @param place which of the open shards: 0 for the first, almost 1 for the last. */
export async function splitShard(kinesis: EmbeddedKinesis, streamArn: string, place: number): Promise<void> {
  await reshard(kinesis, streamArn, 1, async (shards) => {
    const { ShardId, HashKeyRange } = shards[Math.floor(place * shards.length)]!;
    const [from, to] = [BigInt(HashKeyRange!.StartingHashKey!), BigInt(HashKeyRange!.EndingHashKey!)];
    const middle = String((from + to) / 2n);
    await kinesis.client.send(
      new SplitShardCommand({ StreamARN: streamArn, ShardToSplit: ShardId, NewStartingHashKey: middle }),
    );
  });
}

/** Merges an open shard with its neighbour. @param place which of the pairs: 0 for the first, almost 1 for the last. */
export async function mergeShards(kinesis: EmbeddedKinesis, streamArn: string, place: number): Promise<void> {
  await reshard(kinesis, streamArn, -1, async (shards) => {
    const first = Math.floor(place * (shards.length - 1));
    await kinesis.client.send(
      new MergeShardsCommand({
        StreamARN: streamArn,
        ShardToMerge: shards[first]!.ShardId,
        AdjacentShardToMerge: shards[first + 1]!.ShardId,
      }),
    );
  });
}

/** Begins a change and waits until the stream has that many more open shards. */
async function reshard(
  kinesis: EmbeddedKinesis,
  streamArn: string,
  more: number,
  begin: (openShards: readonly Shard[]) => Promise<void>,
): Promise<void> {
  const before = await openShards(kinesis, streamArn);
  await begin(before);
  while ((await openShards(kinesis, streamArn)).length !== before.length + more) await delay(POLL_MS);
}

/** In the order of their hash keys. */
async function openShards(kinesis: EmbeddedKinesis, streamArn: string): Promise<Shard[]> {
  const { Shards = [] } = await kinesis.client.send(new ListShardsCommand({ StreamARN: streamArn }));
  const start = ({ HashKeyRange }: Shard) => BigInt(HashKeyRange!.StartingHashKey!);
  return Shards.filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber).sort(
    (a, b) => (start(a) < start(b) ? -1 : 1),
  );
}
