/** Every problem is reported in one sentence that says what to do. */
import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recommendation, REGION } from "../updater/recommendations";
import { CliFixture, functionsNamed, TABLE, UPDATER } from "./cli-fixture";

describe("The command line program, if something is wrong,", () => {
  let cli: CliFixture;
  before(async () => {
    // The updater of another deployment does no harm.
    const other = { LAMBDA_MEMORY_OPTIMIZER_HISTORY_TABLE: "other-updater-history-1111111" };
    const functions = functionsNamed(["checkout", "optimizer-updater-1111111"]).map((fn, n) =>
      n === 0 ? fn : { ...fn, configuration: { Environment: { Variables: other } } },
    );
    cli = await CliFixture.start({ functions });
    await cli.updater.settle([recommendation()]);
  });
  after(() => cli.close());
  afterEach(() => {
    cli.lambda.refused.clear();
  });

  async function sentence(args: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const { exitCode, complaints, output } = await cli.run(args.split(" "), environment);
    assert.notEqual(exitCode, 0, output);
    const [last = "", ...rest] = complaints.trimEnd().split("\n").reverse();
    // Any lines before it show progress, and begin with the seconds.
    for (const line of rest) assert.match(line, /^ +\d+\.\d s {2}/);
    return last;
  }

  it("has no credentials", async () => {
    assert.match(
      await sentence("status", { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }),
      /^There are no AWS credentials \(.*\); sign in with "aws sso login" or "aws configure", or choose a profile with --profile\.$/,
    );
  });

  it("has no region", async () => {
    assert.equal(
      await sentence("status", { AWS_REGION: undefined }),
      "No AWS region is set; set one with --region or AWS_REGION.",
    );
  });

  it("finds no history table", async () => {
    const { history } = cli.updater;
    const other = await CliFixture.start({ historyTable: "theirs" });
    try {
      assert.equal(
        await sentence("status", { AWS_ENDPOINT_URL_DYNAMODB: other.updater.history.endpoint }),
        `There is no history table (…-updater-history-…) in ${REGION}; set --history-table to the stack's output historyTableName, or choose another region with --region.`,
      );
      assert.notEqual(history.endpoint, other.updater.history.endpoint);
    } finally {
      await other.close();
    }
  });

  it("is given a table that doesn't exist", async () => {
    assert.equal(
      await sentence("status --history-table nowhere"),
      `There is no table nowhere in ${REGION}; set the right name with --history-table, or another region with --region.`,
    );
  });

  it("may not invoke the updater", async () => {
    cli.lambda.refused.set("POST invocations", "AccessDeniedException");
    assert.equal(
      await sentence("rollback checkout --yes"),
      `These credentials don't allow lambda:InvokeFunction on function ${UPDATER}; ask for that permission, or use another profile with --profile.`,
    );
  });

  it("may not list functions to find the updater", async () => {
    cli.lambda.refused.set("GET functions", "AccessDeniedException");
    assert.equal(
      await sentence("rollback checkout --yes"),
      "These credentials don't allow lambda:ListFunctions on the functions; ask for that permission, or use another profile with --profile.",
    );
  });

  it("finds no updater of the table", async () => {
    assert.equal(
      await sentence("rollback checkout --yes --updater nobody"),
      `There is no function nobody in ${REGION}; set the right name with --updater, or another region with --region.`,
    );
  });

  it("knows the updater by its name if its environment can't be read", async () => {
    cli.lambda.environmentIsHidden = true;
    try {
      const { exitCode, complaints } = await cli.run(["hold", "checkout", "--yes"]);
      assert.equal(exitCode, 0, complaints);
      assert.ok((await cli.updater.historyOf("checkout")).hold);
    } finally {
      cli.lambda.environmentIsHidden = false;
    }
  });

  it("has expired credentials", async () => {
    cli.lambda.refused.set("POST invocations", "ExpiredTokenException");
    assert.match(
      await sentence("rollback checkout --yes"),
      /^AWS refuses these credentials \(.*\); sign in again/,
    );
  });

  it("is asked for a function that doesn't exist", async () => {
    for (const command of ["history", "explain", "rollback --yes", "release --yes", "hold --yes"]) {
      assert.equal(
        await sentence(`${command} chekcout`),
        "The history has no function chekcout; the nearest is checkout.",
      );
    }
    assert.equal(
      await sentence("history something-else"),
      'The history has no function something-else; "status" lists all 1.',
    );
    assert.equal(
      await sentence("exclude chekcout --yes"),
      `There is no function chekcout in ${REGION}; check its name, or choose another region with --region.`,
    );
  });

  it("finds items in the table that aren't histories", async () => {
    const { history } = cli.updater;
    await history.client.send(
      new PutCommand({ TableName: TABLE, Item: { functionName: "other", changes: 1 } }),
    );
    try {
      assert.equal(
        await sentence("history other"),
        `The item of other in ${TABLE} isn't a history; check --history-table.`,
      );
      const { exitCode, output, complaints } = await cli.run(["status"]);
      assert.equal(exitCode, 0);
      assert.match(output, /^checkout/m);
      assert.match(complaints, /Skipped, because the items aren't histories: other\./);
    } finally {
      await history.client.send(new DeleteCommand({ TableName: TABLE, Key: { functionName: "other" } }));
    }
  });

  it("can't reach AWS", async () => {
    assert.match(
      await sentence("status", { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:9" }),
      /^AWS can't be reached for dynamodb:ListTables in eu-west-1 \(.*ECONNREFUSED.*\); check the region and the network\.$/,
    );
  });

  it("has no terminal to ask in", async () => {
    assert.equal(
      await sentence("rollback checkout"),
      "This would roll back 1 function, and there is no terminal to ask; add --yes, or look first with --dry-run.",
    );
    assert.deepEqual(cli.updater.memorySizesSetMB("checkout"), [600]);
  });

  it("has a wrong command line", async () => {
    for (const [args, told] of [
      ["rollback", "Name functions, or use --all, but not both."],
      ["rollback checkout --all", "Name functions, or use --all, but not both."],
      [
        "cost --functions many --invocations 1",
        /"many" isn't an amount; it must be a number such as 1500, 1.5k or 100M\./,
      ],
      ["history arn:aws:lambda", /isn't a function name/],
    ] as const) {
      const { exitCode, complaints } = await cli.run(args.split(" "));
      assert.equal(exitCode, 2);
      if (typeof told === "string") assert.equal(complaints.trim(), told);
      else assert.match(complaints, told);
    }
  });

  it("takes region and credentials from a profile, and the updater's table from its environment", async () => {
    mkdirSync(join(cli.folder, ".aws"));
    writeFileSync(
      join(cli.folder, ".aws", "config"),
      "[profile theirs]\nregion = ap-south-1\naws_access_key_id = local\naws_secret_access_key = local\n",
    );
    const nothing = { AWS_REGION: undefined, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    assert.match(
      await sentence("status --profile theirs --history-table nowhere", nothing),
      /^There is no table nowhere in ap-south-1; /,
    );
    assert.match(
      await sentence("status --profile theirs --region eu-west-3 --history-table nowhere", nothing),
      /^There is no table nowhere in eu-west-3; /,
    );
    const own = await cli.run(["status", "--profile", "theirs", "--updater", UPDATER, "--json"], nothing);
    assert.equal(own.exitCode, 0, own.complaints);
    assert.match(own.output, /"checkout"/);
  });
});
