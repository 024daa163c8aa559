/** The laws of the house (docs/ARCHITECTURE.md), checked by `npm run laws`. */
const only = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

// swc parses `using`, but the visitor that dependency-cruiser walks its tree with has not heard of it yet.
const swcVisitor = require('@swc/core/Visitor.js');
const { prototype } = swcVisitor.Visitor ?? swcVisitor.default;
const { visitStatement } = prototype;
prototype.visitStatement = function visitStatementOrUsing(statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  statement.decls = this.visitVariableDeclarators(statement.decls);
  return statement;
};

module.exports = {
  forbidden: [
    only('no-circles', 'No module may reach itself.', {}, { circular: true }),
    only(
      'core-is-headless',
      'core knows neither the screen nor the command line nor the demo server.',
      { path: '^src/core/' },
      {
        path: '^src/(cli|components|demo)/|^src/main\\.|node_modules/(react|ink|ink-spinner|asciichart|commander)/',
      },
    ),
    only(
      'gramjs-stays-in-its-room',
      'Only core/telegram imports GramJS (the demo server may use its published schema).',
      { path: '^src/', pathNot: '^src/(core/telegram|demo)/' },
      { path: 'node_modules/telegram/' },
    ),
    only(
      'sqlite-stays-in-its-room',
      'Only core/library imports better-sqlite3.',
      { path: '^src/', pathNot: '^src/core/library/' },
      { path: 'node_modules/better-sqlite3/' },
    ),
    only(
      'memory-stands-alone',
      'core/memory imports nothing of its siblings, and no package.',
      { path: '^src/core/memory/' },
      { path: '^src/(?!core/memory/)|node_modules/', dependencyTypesNot: ['core'] },
    ),
    only(
      'components-use-the-face',
      'Components reach the core through core.ts, its types, events and errors only.',
      { path: '^src/components/' },
      { path: '^src/(cli|demo)/|^src/core/(memory|telegram|download|library|performance)/' },
    ),
    only(
      'cli-does-not-touch-sockets',
      'Commands use the core through its face; only demo commands start the demo server.',
      { path: '^src/cli/', pathNot: '^src/cli/(demo|demo-server)' },
      { path: '^src/demo/' },
    ),
    only(
      'headless-never-loads-react',
      'React is imported by src/components alone; main.ts imports that dynamically.',
      { path: '^src/', pathNot: '^src/components/' },
      { path: 'node_modules/(react|ink|ink-spinner|asciichart)/' },
    ),
    only(
      'demo-shares-nothing-with-core',
      'A server that reuses the client’s helpers would hide the client’s bugs.',
      { path: '^src/demo/' },
      { path: '^src/(core|components|cli)/' },
    ),
    only(
      'no-dev-dependencies-in-src',
      'What src imports, users must get.',
      { path: '^src/' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
    only('resolvable', 'Every import resolves.', { path: '^src/' }, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
