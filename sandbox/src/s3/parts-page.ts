interface Numbered {
  readonly partNumber: number;
}

/** One page of an upload's or an object's parts. */
export interface PartsPage<Part extends Numbered> {
  readonly parts: readonly Part[];
  /** The elements that say where the page begins and ends. */
  readonly bounds: Readonly<Record<string, number | boolean>>;
}

/**
 * The page behind the marker.
 * @param parts in order of their numbers
 * @param most how many make a page
 */
export function partsPage<Part extends Numbered>(
  parts: readonly Part[],
  marker: number,
  most: number,
): PartsPage<Part> {
  const rest = parts.filter((part) => part.partNumber > marker);
  const page = rest.slice(0, most);
  return {
    parts: page,
    bounds: {
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
      MaxParts: most,
      IsTruncated: rest.length > page.length,
    },
  };
}
