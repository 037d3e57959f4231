import { existsSync, statSync } from 'node:fs';

type Properties = Readonly<Record<string, unknown>>;

/**
 * Puts the folder of a function's code in place of the bucket it would be published to:
 * `Code: {S3Bucket, S3Key}` becomes `Code: {path}`. Other resources and inline code stay as they are.
 *
 * @param assets absolute path by S3 key, from the stack's asset manifest
 * @throws Error if the asset is not there or is a file
 */
export function locateCode(
  type: string,
  properties: Properties,
  assets: ReadonlyMap<string, string>,
): Properties {
  const code = properties['Code'];
  if (type !== 'AWS::Lambda::Function' || typeof code !== 'object' || code === null || !('S3Key' in code)) {
    return properties;
  }
  const key = String(code.S3Key);
  const path = assets.get(key);
  if (path === undefined) {
    throw new Error(
      `its code "${key}" is not among the assets of the stack. Bundle it as an asset of the app.`,
    );
  }
  if (!existsSync(path)) throw new Error(`its code "${path}" is gone. Run "npx cdk synth" again.`);
  if (!statSync(path).isDirectory()) {
    throw new Error(
      `its code "${path}" is one file. Functions run from a folder here: make the asset of the folder, not of a zip.`,
    );
  }
  return { ...properties, Code: { path } };
}
