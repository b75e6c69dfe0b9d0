import { z } from 'zod';

/** A guest's id as Proxmox takes it. */
export const vmidSchema = z.int().min(100).max(999_999_999);
