package main

import (
	lmo "github.com/lambda-memory-optimizer/lambda-memory-optimizer/sdk/go/lambdamemoryoptimizer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		windowType := lmo.WindowTypeSliding
		optimizer, err := lmo.NewLambdaMemoryOptimizer(ctx, "optimizer", &lmo.LambdaMemoryOptimizerArgs{
			WindowType:   &windowType,
			WindowLength: pulumi.StringRef("7d"),
		})
		if err != nil {
			return err
		}
		code := map[string]any{"index.js": pulumi.NewStringAsset("exports.handler = async () => 'ok';")}
		_, err = lmo.NewJoinedFunction(ctx, "orders", &lmo.JoinedFunctionArgs{
			LayerArn:           optimizer.LayerArn,
			TelemetryStreamArn: optimizer.TelemetryStreamArn,
			Runtime:            pulumi.String("nodejs22.x"),
			Handler:            pulumi.String("index.handler"),
			Role:               pulumi.String(config.Require(ctx, "roleArn")),
			Code:               pulumi.NewAssetArchive(code),
		})
		ctx.Export("layerArn", optimizer.LayerArn)
		return err
	})
}
