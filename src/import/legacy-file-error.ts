import { HubError } from '../errors/hub-error.ts';

/** The file is no database of the predecessor, or cannot be read. */
export class LegacyFileError extends HubError {}
