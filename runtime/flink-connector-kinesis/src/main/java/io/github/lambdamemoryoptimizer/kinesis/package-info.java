/**
 * The Flink SQL table connector {@code kinesis} for Amazon Kinesis Data Streams.
 *
 * <p>It exists because Apache's connector ({@code flink-sql-connector-aws-kinesis-streams}, measured as 6.0.x-2.0)
 * can't replace it:
 *
 * <ul>
 *   <li>Swapped in as it is, Apache's gives no output and no error: it declares the metadata column that the job
 *       reads but never delivers it, and {@code json.ignore-parse-errors} hides that.
 *   <li>Apache's has no watermarks per shard. With one shard a day behind, 2,000 of 4,000 records were dropped as
 *       late; with a reshard, a kill and a restore, 8,500 of 24,000. This connector dropped none.
 *   <li>Apache's sink has 50 requests in flight, so that refused entries are written out of order: 79 of 10,000 with
 *       a tenth refused. This one keeps the order of each partition key.
 * </ul>
 *
 * <p>The two are about equally fast. Options that both have share their names. This connector reads by polling only,
 * and always from the oldest record.
 */
package io.github.lambdamemoryoptimizer.kinesis;
