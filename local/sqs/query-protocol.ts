/**
 * What is particular to SQS in the AWS Query protocol, which clients from before the end of 2023 speak:
 * lists and maps are flattened, and some errors have codes of their own. Names from the SQS API reference
 * (the examples of each action, and "AWS JSON protocol", table of error codes).
 */
export const SQS_QUERY = {
  xmlNamespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
  flatNames: (operation: string): Readonly<Record<string, string>> => ({
    Attributes: 'Attribute',
    AttributeNames: 'AttributeName',
    MessageAttributes: 'MessageAttribute',
    MessageAttributeNames: 'MessageAttributeName',
    MessageSystemAttributeNames: 'MessageSystemAttributeName',
    MessageSystemAttributes: 'MessageSystemAttribute',
    Messages: 'Message',
    Entries: `${operation}RequestEntry`,
    Successful: `${operation}ResultEntry`,
    Failed: 'BatchResultErrorEntry',
    // Elsewhere `QueueUrl` is a member of the input.
    ...(operation === 'ListQueues' ? { QueueUrls: 'QueueUrl' } : {}),
  }),
  queryErrors: {
    BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
    BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
    EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
    InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
    MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
    QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
    TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  },
} as const;
