/** The updater's metrics in CloudWatch: the updater publishes them, and the dashboard and the alarms read them. */
export const UPDATER_METRICS = {
  namespace: "LambdaMemoryOptimizer",
  service: "lambda-memory-optimizer",
} as const;
