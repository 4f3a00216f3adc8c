/** The smallest program: two weeks of daily peaks, every function of the account and region that carries the layer. */
import { LambdaMemoryOptimizer } from "lambda-memory-optimizer";

const optimizer = new LambdaMemoryOptimizer("optimizer");

export const { layerArn, producerPolicyArn, telemetryStreamArn } = optimizer.outputs;
