/** The escape hatch for every child: changes its arguments or options before it is created. */
import type { CustomResourceOptions } from "@pulumi/pulumi";

/**
 * Properties that override ours, or a function that changes arguments and options in place.
 *
 * @example
 * transform: { application: { forceStop: true } }
 * @example
 * transform: { telemetryStream: (args, opts) => { args.shardLevelMetrics = ["IncomingBytes"]; opts.protect = true; } }
 */
export type Transform<Args> =
  Partial<Args> | ((args: Args, opts: CustomResourceOptions, name: string) => void);

/** A child's constructor arguments with the user's transform applied: `new X(...transformed(…))`. */
export function transformed<Args extends object>(
  transform: Transform<Args> | undefined,
  name: string,
  args: Args,
  opts: CustomResourceOptions,
): [name: string, args: Args, opts: CustomResourceOptions] {
  if (typeof transform !== "function") return [name, { ...args, ...transform }, opts];
  const [ownArgs, ownOpts] = [{ ...args }, { ...opts }];
  transform(ownArgs, ownOpts, name);
  return [name, ownArgs, ownOpts];
}
