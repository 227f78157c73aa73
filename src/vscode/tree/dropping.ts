import { subjectKey, subjectLabel, type Subject } from '../../protocol/subject';
import { CommandId } from '../ids';

/** A command that a drop stands for: the same that the menus have. */
export interface Drop {
  readonly commandId: CommandId;
  readonly subjects: readonly Subject[];
  /** What the command would ask and the drop has said already. */
  readonly input?: string;
}

/** What can be taken hold of. */
export function canDrag({ type }: Subject): boolean {
  return type === 'namespace' || type === 'bridge' || type === 'interface' || type === 'cable';
}

/**
 * What dropping things onto a row means: a namespace or bridge onto another is a cable between them, an interface or cable onto a
 * bridge is plugged in there. What does not fit is left out: another host's things, a thing onto itself.
 */
export function dropsOf(dragged: readonly Subject[], onto: Subject): Drop[] {
  if (onto.type !== 'bridge' && onto.type !== 'namespace') return [];
  return dragged.flatMap((subject): Drop[] => {
    if (subject.hostId !== onto.hostId || subjectKey(subject) === subjectKey(onto)) return [];
    switch (subject.type) {
      case 'namespace':
      case 'bridge':
        return [{ commandId: CommandId.createCable, subjects: [subject, onto] }];
      case 'interface':
      case 'cable':
        return onto.type === 'bridge'
          ? [{ commandId: CommandId.plugCableIn, subjects: [subject], input: subjectLabel(onto) }]
          : [];
      default:
        return [];
    }
  });
}
