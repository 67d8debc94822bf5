import type { TransferRequest } from '../../wire/request';
import type { CliContext } from '../context';
import { orderWarning, selectionOf, type SelectionOptions } from './selection-options';
import { uploadInputs } from './upload-inputs';

/**
 * The request with what the options say of archives, names and pace. Their files are uploaded; where the filter breaks the
 * order of creation, the person is warned.
 * @param run in whose folder the files are put
 * @throws CliError with the usage code, before anything is uploaded
 */
export async function withSelection(
  context: CliContext,
  run: string,
  request: TransferRequest,
  options: SelectionOptions,
): Promise<TransferRequest> {
  const selected = await uploadInputs(context, run, { ...request, ...selectionOf(options) }, options);
  const warning = orderWarning(options);
  if (warning !== null) context.output.message(warning);
  return selected;
}
