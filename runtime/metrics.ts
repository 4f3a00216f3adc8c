/** Where CloudWatch has the updater's metrics: the updater publishes them there, and the dashboard and the alarms read them. */
export const UPDATER_METRICS = {
  namespace: "LambdaMemoryOptimizer",
  service: "lambda-memory-optimizer",
} as const;
