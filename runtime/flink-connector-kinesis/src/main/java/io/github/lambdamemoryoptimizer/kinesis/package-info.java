/**
 * The Flink SQL table connector {@code kinesis} for Amazon Kinesis Data Streams.
 *
 * <p>Apache's {@code flink-sql-connector-aws-kinesis-streams} is not available to this build for Flink 2. So this is
 * one of our own, with the same identifier and the same options; to go back to Apache's, replace the one dependency.
 * It reads by polling only, and it adds what Apache's lacks: watermarks per shard.
 */
package io.github.lambdamemoryoptimizer.kinesis;
