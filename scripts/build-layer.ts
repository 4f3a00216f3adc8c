export async function buildLayer(_outDir: string): Promise<void> {}
