/**
 * A proxy for the embedded Kinesis that answers as AWS does where kinesalite doesn't: ListShards has pages and refuses
 * a stream together with a token; GetRecords has the child shards at a shard's end.
 */
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

const SHARDS_PER_PAGE = 2;

interface Shard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange: unknown;
}

interface Input {
  StreamARN?: string | undefined;
  NextToken?: string;
  ShardId?: string;
  ShardIterator?: string;
}

interface Output {
  Shards?: Shard[];
  ShardIterator?: string;
  NextShardIterator?: string;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

export class AwsLikeKinesis {
  /** The shard of each iterator. */
  private readonly shards = new Map<string, string>();

  private constructor(
    private readonly upstream: string,
    private readonly server: http.Server,
    private readonly namesChildren: (streamArn: string) => boolean,
  ) {
    server.on("request", (request: http.IncomingMessage, response: http.ServerResponse) => {
      this.answer(request).then(
        ({ status, body }) => {
          response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
          response.end(JSON.stringify(body));
        },
        // A client that ends during a request, such as a killed Flink, needs no answer.
        () => response.destroy(),
      );
    });
  }

  /**
   * @param upstream the embedded Kinesis's endpoint.
   * @param namesChildren whether GetRecords names child shards at the end of a stream's shard.
   */
  static async listen(
    upstream: string,
    namesChildren: (streamArn: string) => boolean,
  ): Promise<AwsLikeKinesis> {
    const server = http.createServer();
    const kinesis = new AwsLikeKinesis(upstream, server, namesChildren);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return kinesis;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: http.IncomingMessage): Promise<Answer> {
    const headers = request.headers;
    const input = (await json(request)) as Input;
    const call = (name: string, body: Input) => this.call(name, body, headers);
    const action = String(headers["x-amz-target"]).split(".")[1] ?? "";
    switch (action) {
      case "ListShards":
        return this.listShards(input, (body) => call("ListShards", body));
      case "GetShardIterator": {
        const { status, body } = await call("GetShardIterator", input);
        this.shards.set((body as Output).ShardIterator ?? "", input.ShardId ?? "");
        return { status, body };
      }
      case "GetRecords":
        return this.getRecords(
          input,
          () => call("GetRecords", input),
          () => call("ListShards", { StreamARN: input.StreamARN }),
        );
      case "PutRecords":
        return call("PutRecords", input);
      default:
        throw new Error(`${action} is not supported.`);
    }
  }

  private async listShards(
    { StreamARN, NextToken }: Input,
    call: (body: Input) => Promise<Answer>,
  ): Promise<Answer> {
    if ((StreamARN === undefined) === (NextToken === undefined)) {
      const message = "Exactly one of NextToken and StreamARN must be provided.";
      return { status: 400, body: { __type: "InvalidArgumentException", message } };
    }
    const [streamArn = "", from = "0"] = (NextToken ?? StreamARN ?? "").split(" ");
    const { status, body } = await call({ StreamARN: streamArn });
    const { Shards = [] } = body as Output;
    const to = Number(from) + SHARDS_PER_PAGE;
    const page = Shards.slice(Number(from), to);
    return {
      status,
      body: { Shards: page, ...(to < Shards.length ? { NextToken: `${streamArn} ${to}` } : {}) },
    };
  }

  private async getRecords(
    input: Input,
    getRecords: () => Promise<Answer>,
    listShards: () => Promise<Answer>,
  ): Promise<Answer> {
    const shardId = this.shards.get(input.ShardIterator ?? "");
    const { status, body } = await getRecords();
    const { NextShardIterator } = body as Output;
    if (status !== 200 || shardId === undefined) return { status, body };
    if (NextShardIterator !== undefined) this.shards.set(NextShardIterator, shardId);
    if (NextShardIterator !== undefined || !this.namesChildren(input.StreamARN ?? ""))
      return { status, body };
    const { Shards = [] } = (await listShards()).body as Output;
    const ChildShards = Shards.map(({ ShardId, HashKeyRange, ParentShardId, AdjacentParentShardId }) => {
      const ParentShards = [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined);
      return { ShardId, HashKeyRange, ParentShards };
    }).filter(({ ParentShards }) => ParentShards.includes(shardId));
    return { status, body: { ...body, ChildShards } };
  }

  private async call(action: string, body: Input, headers: http.IncomingHttpHeaders): Promise<Answer> {
    const answer = await fetch(this.upstream, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `Kinesis_20131202.${action}`,
        "x-amz-date": String(headers["x-amz-date"]),
        authorization: headers.authorization ?? "",
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as object };
  }
}
