import * as z from 'zod';
import { AwsError } from './service.ts';

const Value = z.object({
  DataType: z
    .string()
    .regex(/^(String|Number|Binary)(\.[\w.-]+)?$/, 'String, Number or Binary, with a suffix'),
  StringValue: z.string().optional(),
  /** Base64. */
  BinaryValue: z.string().optional(),
});

const NAME = /^(?!\.)(?!aws\.)(?!amazon\.)[\w.-]{1,256}(?<!\.)$/i;

/** From the Query protocol an empty map comes as an empty string and an unfolded one as a list of pairs. */
const Entries = z.preprocess(fromWire, z.record(z.string().regex(NAME, 'an attribute name'), Value));

/** The message attributes of SQS and SNS, by name. */
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;
export type MessageAttribute = z.infer<typeof Value>;

/** Reads message attributes as SQS and SNS take them: a map, or the `Name`/`Value` pairs of the Query protocol. */
export const MessageAttributesInput = z
  .optional(Entries)
  .transform((attributes): MessageAttributes => attributes ?? {});

/**
 * Checks that each attribute has the value that its data type asks for.
 *
 * @param code of the error, which differs between SQS and SNS
 * @throws AwsError naming the attribute
 */
export function checkAttributes(
  attributes: MessageAttributes,
  code: 'InvalidParameterValue' | 'ParameterValueInvalid',
): void {
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    if (value === undefined || value === '') {
      throw new AwsError(
        code,
        `The message attribute "${name}" of type ${DataType} must contain a non-empty value.`,
      );
    }
    if (DataType.startsWith('Number') && (value.trim() === '' || !Number.isFinite(Number(value)))) {
      throw new AwsError(
        code,
        `Can't cast the value of message attribute "${name}" to a number: "${value}".`,
      );
    }
  }
}

/** What attributes add to the size of a message: names, types and values, in bytes. */
export function attributeBytes(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue ?? '') +
      Buffer.byteLength(BinaryValue ?? '', 'base64'),
    0,
  );
}

/** Attributes as one service hands them to another. */
export function fromDelivery(
  attributes: Readonly<Record<string, { readonly type: string; readonly value: string }>> = {},
): MessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [
      name,
      type.startsWith('Binary')
        ? { DataType: type, BinaryValue: value }
        : { DataType: type, StringValue: value },
    ]),
  );
}

/** The reverse of {@link fromDelivery}. */
export function toDelivery(attributes: MessageAttributes): Record<string, { type: string; value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { type: DataType, value: StringValue ?? BinaryValue ?? '' },
    ]),
  );
}

const Pair = z.object({ Name: z.string(), Value: z.unknown() });

function fromWire(input: unknown): unknown {
  if (input === '') return {};
  const wrapped = z.object({ entry: z.array(z.unknown()) }).safeParse(input);
  const list = z.array(Pair).safeParse(wrapped.success ? wrapped.data.entry : input);
  return list.success ? Object.fromEntries(list.data.map((pair) => [pair.Name, pair.Value])) : input;
}
