import pulumi
import pulumi_lambda_memory_optimizer as lmo

optimizer = lmo.LambdaMemoryOptimizer("optimizer", window_type=lmo.WindowType.SLIDING, window_length="7d")
orders = lmo.JoinedFunction(
    "orders",
    layer_arn=optimizer.layer_arn,
    telemetry_stream_arn=optimizer.telemetry_stream_arn,
    runtime="nodejs22.x",
    handler="index.handler",
    role=pulumi.Config().require("roleArn"),
    code=pulumi.AssetArchive({"index.js": pulumi.StringAsset("exports.handler = async () => 'ok';")}),
)
pulumi.export("layerArn", optimizer.layer_arn)
