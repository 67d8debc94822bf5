import { listOf, mapOf, valuesByName, type QueryTree, type XmlContent } from '../query-protocol';

/** Lists of the JSON protocol and what the Query protocol calls their members in a request. */
const REQUEST_LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  AWSAccountId: 'AWSAccountIds',
  ActionName: 'Actions',
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
  const attributeMap = mapOf(attributes, 'Name', 'Value');
  return {
    ...(path.split('/').length > 2 && { QueueUrl: path }),
    ...(attributeMap !== undefined && { Attributes: attributeMap }),
    ...membersFromQuery(rest),
  };
}

const membersFromQuery = (tree: QueryTree): object =>
  Object.fromEntries(
    Object.entries(tree).map(([name, value]) => {
      if (name === 'MessageAttribute') return ['MessageAttributes', valuesByName(value)];
      const list = REQUEST_LISTS[name];
      if (list === undefined) return [name, value];
      return [list, listOf(value).map((member) => (typeof member === 'string' ? member : membersFromQuery(member)))];
    }),
  );

/** What the Query protocol calls the members of a result's lists, which it repeats without an element around them. */
const resultElement = (operation: string, name: string): string => {
  switch (name) {
    case 'QueueUrls':
    case 'queueUrls':
      return 'QueueUrl';
    case 'Results':
      return `${operation}ResultEntry`;
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

/** Maps of the JSON protocol, which are repeated pairs of a name and a value here. */
const RESULT_MAPS: Readonly<Record<string, string>> = {
  Attributes: 'Attribute',
  MessageAttributes: 'MessageAttribute',
};

/** A result of the JSON protocol as the Query protocol writes it. */
export function resultToXml(operation: string, result: unknown): XmlContent {
  if (Array.isArray(result)) return result.map((member) => resultToXml(operation, member));
  if (typeof result !== 'object' || result === null) return String(result);
  return Object.fromEntries(
    Object.entries(result).map(([name, value]) => {
      const pairs = RESULT_MAPS[name];
      return pairs === undefined
        ? [resultElement(operation, name), resultToXml(operation, value)]
        : [
            pairs,
            Object.entries(value as object).map(([key, member]) => ({
              Name: key,
              Value: resultToXml(operation, member),
            })),
          ];
    }),
  );
}
