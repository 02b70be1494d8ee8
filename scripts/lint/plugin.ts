import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { objectionToFile, objectionToPackage, objectionToRoom, roomOf } from './rooms.ts';

/** What we use of oxlint's plugin interface, which is that of ESLint. */
interface SyntaxNode {
  source?: { value?: unknown } | null;
}
interface Context {
  filename: string;
  cwd: string;
  report(problem: { node: SyntaxNode; message: string }): void;
}

const pathFromTop = (context: Context, file: string) => relative(context.cwd, file).split(sep).join('/');

/** Every import, of whatever form, follows the order of scripts/lint/rooms.ts. */
const layers = {
  create(context: Context) {
    const from = pathFromTop(context, context.filename);
    const room = roomOf(from);
    if (room === undefined) return {};

    const check = (node: SyntaxNode) => {
      const name = node.source?.value;
      if (typeof name !== 'string') return;
      const objection = name.startsWith('.')
        ? objectionToFile(from, pathFromTop(context, join(dirname(context.filename), name)))
        : objectionToPackage(from, name, isBuiltin(name));
      if (objection) context.report({ node, message: objection });
    };
    return {
      Program(node: SyntaxNode) {
        const objection = objectionToRoom(room);
        if (objection) context.report({ node, message: objection });
      },
      ImportDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

const vagueNames = /(^|\/)(utils?|helpers?|common|misc)(\/|\.tsx?$)|(Manager|Service|Handler)\.tsx?$/;

/** A file is named after what it does. */
const names = {
  create(context: Context) {
    if (!vagueNames.test(pathFromTop(context, context.filename))) return {};
    return {
      Program(node: SyntaxNode) {
        context.report({ node, message: 'this name says nothing: name the file after what it does' });
      },
    };
  },
};

export default { meta: { name: 'strongroom' }, rules: { layers, names } };
