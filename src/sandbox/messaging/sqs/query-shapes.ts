import { listOf, mapOf, type QueryTree, type XmlContent } from '../query-protocol';

/** Lists of the JSON protocol and what the Query protocol calls their members in a request. */
const REQUEST_LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};

/**
 * A Query request in the form of the JSON protocol.
 * @param path of the request: clients may name the queue by it alone
 */
export function inputFromQuery(tree: QueryTree, path: string): object {
  const { Action: _action, Version: _version, Attribute: attributes, ...rest } = tree;
  const named = Object.entries(rest).map(([name, value]) => {
    const list = REQUEST_LISTS[name];
    return list === undefined ? [name, value] : [list, listOf(value)];
  });
  const attributeMap = mapOf(attributes, 'Name', 'Value');
  return {
    ...(path.split('/').length > 2 && { QueueUrl: path }),
    ...(attributeMap !== undefined && { Attributes: attributeMap }),
    ...Object.fromEntries(named),
  };
}

/** What the Query protocol calls the members of a result's lists, which it repeats without an element around them. */
const resultElement = (operation: string, name: string): string => {
  switch (name) {
    case 'QueueUrls':
      return 'QueueUrl';
    case 'Messages':
      return 'Message';
    case 'Successful':
      return `${operation}ResultEntry`;
    case 'Failed':
      return 'BatchResultErrorEntry';
    default:
      return name;
  }
};

/** A result of the JSON protocol as the Query protocol writes it. */
export function resultToXml(operation: string, result: unknown): XmlContent {
  if (Array.isArray(result)) return result.map((member) => resultToXml(operation, member));
  if (typeof result !== 'object' || result === null) return String(result);
  return Object.fromEntries(
    Object.entries(result).map(([name, value]) =>
      name === 'Attributes'
        ? ['Attribute', Object.entries(value as object).map(([key, text]) => ({ Name: key, Value: String(text) }))]
        : [resultElement(operation, name), resultToXml(operation, value)],
    ),
  );
}
