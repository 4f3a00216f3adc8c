/** The region that the engine configures a provider with. Pulumi's own server for Node providers doesn't pass it on. */
import * as grpc from "@grpc/grpc-js";
import type { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { REGION } from "../../components/aws-outputs";

type Configure = (call: { request: ConfigureRequest }, callback: unknown) => void;

/**
 * Watches the provider that is about to be served.
 *
 * @returns a function that returns the configured region.
 */
export function watchConfiguredRegion(): () => string {
  let region = REGION;
  const server = grpc.Server.prototype as {
    addService: (this: grpc.Server, service: unknown, implementation: { configure: Configure }) => void;
  };
  const addService = server.addService;
  server.addService = function (service, implementation) {
    const configure = implementation.configure.bind(implementation);
    implementation.configure = (call, callback) => {
      const { region: configured } = (call.request.getArgs()?.toJavaScript() ?? {}) as { region?: string };
      region = configured ?? region;
      configure(call, callback);
    };
    addService.call(this, service, implementation);
  };
  return () => region;
}
