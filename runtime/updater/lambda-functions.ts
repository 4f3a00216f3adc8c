/** The control-plane calls that the updater makes, one plain function each. */
import {
  GetFunctionConfigurationCommand,
  ResourceNotFoundException,
  UpdateFunctionConfigurationCommand,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import type { LiveFunction } from "./judge";

export class LambdaFunctions {
  constructor(private readonly client: LambdaClient) {}

  /** The function as it is now, or undefined where there is none of that name. */
  async read(functionName: string): Promise<LiveFunction | undefined> {
    try {
      const live = await this.client.send(
        new GetFunctionConfigurationCommand({ FunctionName: functionName }),
      );
      return {
        memorySizeMB: live.MemorySize ?? 0,
        lastUpdateStatus: live.LastUpdateStatus ?? "Successful",
        revisionId: live.RevisionId ?? "",
      };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /**
   * Changes the memory of the function, if it is still in the state that was judged.
   *
   * @throws PreconditionFailedException if it isn't, ResourceConflictException while another update is under way.
   */
  async changeMemory(functionName: string, memorySizeMB: number, revisionId: string): Promise<void> {
    await this.client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: functionName,
        MemorySize: memorySizeMB,
        RevisionId: revisionId,
      }),
    );
  }
}
