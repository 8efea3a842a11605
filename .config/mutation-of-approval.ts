/** All sentences about the decider as one file: imported once for a mutant, and not once for each of them. */
import.meta.glob(['../libs/approval/src/*.spec.ts', '!../libs/approval/src/*.properties.spec.ts'], { eager: true });
