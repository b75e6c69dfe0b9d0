/** An API token's id: who it belongs to, and its own name. */
export interface TokenId {
  /** `name@realm`; the name may have an `@` of its own. */
  readonly user: string;
  readonly id: string;
}

/** An API token as Proxmox shows it once. */
export interface ApiToken extends TokenId {
  readonly secret: string;
}

const realm = String.raw`[A-Za-z][A-Za-z0-9.\-_]+`;
// The last @ parts the realm off: directories hand out names such as jane@example.com.
const user = String.raw`[^\s:/]+@${realm}`;
const tokenName = String.raw`[A-Za-z][A-Za-z0-9.\-_]+`;

const userPattern = new RegExp(`^${user}$`);
const tokenIdPattern = new RegExp(`^(${user})!(${tokenName})$`);
const tokenPattern = new RegExp(String.raw`^(?:PVEAPIToken[=\s])?(${user})!(${tokenName})(?:=|\s)(\S+)$`);

/** Whether a text is a user of Proxmox, `name@realm`. */
export function isUser(text: string): boolean {
  return userPattern.test(text);
}

/** The realm of a user. */
export function realmOf(user: string): string {
  return user.slice(user.lastIndexOf('@') + 1);
}

/** Takes `name@realm!id` apart; undefined when it is no token's id. */
export function parseTokenId(text: string): TokenId | undefined {
  const [, owner, id] = tokenIdPattern.exec(text) ?? [];
  return owner === undefined || id === undefined ? undefined : { user: owner, id };
}

/** Takes `name@realm!id=secret` apart, with or without `PVEAPIToken=` before it; undefined when it is no token. */
export function parseToken(text: string): ApiToken | undefined {
  const [, owner, id, secret] = tokenPattern.exec(text.trim()) ?? [];
  if (owner === undefined || id === undefined || secret === undefined) return undefined;
  return { user: owner, id, secret };
}

/** `name@realm!id`. */
export function formatTokenId({ user, id }: TokenId): string {
  return `${user}!${id}`;
}

/** `name@realm!id=secret`. */
export function formatToken(token: ApiToken): string {
  return `${formatTokenId(token)}=${token.secret}`;
}

/** Whose name a user, or a token's id, goes by: the user. */
export function ownerOf(account: string): string {
  return parseTokenId(account)?.user ?? account;
}
