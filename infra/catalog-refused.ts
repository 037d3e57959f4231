/** What the owner wrote cannot be deployed. The message says what to change; it is shown without a stack trace. */
export class CatalogRefused extends Error {
  override readonly name = 'CatalogRefused';
}
