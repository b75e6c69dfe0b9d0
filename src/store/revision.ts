/** Tells whether the database has changed: equal answers mean that nothing was committed in between. */
export interface Revision {
  /** An opaque text that changes with every committed write. */
  current(): string;
  /** To be called after a write of this process where the database cannot be asked at once. */
  bump(): void;
  close(): Promise<void>;
}
