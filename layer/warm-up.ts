/**
 * Loads what the first flush will need while the function itself still starts, which Lambda waits for anyway. Not
 * before the first `/next`, and one module per turn of the event loop, so that no event waits for more than one.
 */
export function warmUp(endpoint: string, onWarm: () => void): void {
  const modules = ["node:crypto"];
  if (endpoint.startsWith("https:")) modules.push("node:tls");
  const loadNext = () => {
    const name = modules.shift();
    if (name === undefined) {
      onWarm();
      return;
    }
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- that they load late is the point
    require(name);
    setImmediate(loadNext);
  };
  setImmediate(loadNext);
}
