/** What the engine configures a provider with, which Pulumi's own server for providers in Node doesn't hand on. */
import * as grpc from "@grpc/grpc-js";
import type { ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { REGION } from "../../components/aws-outputs";

type Configure = (call: { request: ConfigureRequest }, callback: unknown) => void;

/**
 * Watches the provider that is about to be served.
 *
 * @returns the region that it is configured with.
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
