/** The class that stays, and the one that is deleted again. */
export const kept = 'Linux';
export const passing = 'Linux-1';
/** Students of the class that stays. */
export const students = 3;
