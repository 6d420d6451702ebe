"""Paths in configuration files and in programs: bare folders, output that nobody has made yet, constants, the working directory."""

from __future__ import annotations

import pytest

from migrator.build import build
from migrator.paths import RepoPath
from migrator.step import Move, Step
from tests.conftest import facts_of

FILES = {
    "package.json": '{"private": true, "workspaces": ["libs/*"]}',
    "libs/my/package.json": '{"name": "my"}',
    **dict.fromkeys(
        (
            "client/assets/fonts/a.woff",
            "client/cypress/integration/a.cy.js",
            "client/index.html",
            "client/src/index.js",
            "client/src/lib/deep/a.json",
            "jest.preset.js",
            "libs/my/index.ts",
            "libs/my/src/schema/users.ts",
            "libs/my/src/main.ts",
            "react/index.js",
            "e2e/a.spec.ts",
            "data/a.json",
            "data/mail/b.txt",
            "client/tools/run.js",
            "lambda/orders/handler.ts",
            "lambda/py/index.py",
        ),
        "",
    ),
}
WEB = "client > apps/web"
DEEP = "libs/my > libs/sub/my"

CDK = 'import * as cdk from "aws-cdk-lib";\n'
FUNCTIONS = "lambda > functions"

CHANGED = [
    # pm2: scripts are seen from the `cwd` beside them
    ("ecosystem.config.js", "module.exports = { apps: [{ cwd: 'client', script: 'tools/run.js' }] };", WEB, "'client'", "'apps/web'"),
    ("ecosystem.config.cjs", "module.exports = { apps: [{ script: './data/mail/b.txt', cwd: './' }] };", "data > kept", "./data/", "./kept/"),
    ("ecosystem.config.js", "module.exports = { apps: [{ script: 'data/a.json' }] };", "data > kept", "data/", "kept/"),
    ("ecosystem.config.js", "module.exports = { apps: [{ cwd: __dirname, script: 'data/a.json' }] };", "data > kept", "data/", "kept/"),
    ("libs/my/ecosystem.config.js", "module.exports = { apps: [{ cwd: '../../client', script: 'src/index.js' }] };", WEB, "../client", "../apps/web"),
    # infrastructure that is code: paths from where it is started
    ("lib/stack.ts", CDK + "new NodejsFunction(a, 'A', { entry: 'lambda/orders/handler.ts' });", FUNCTIONS, "'lambda/", "'functions/"),
    ("lib/stack.ts", CDK + "new NodejsFunction(a, 'A', { entry: './lambda/orders/handler.ts' });", FUNCTIONS, "./lambda/", "./functions/"),
    ("lib/stack.ts", CDK + "new PythonFunction(a, 'A', { entry: 'lambda/py', index: 'index.py' });", FUNCTIONS, "'lambda/", "'functions/"),
    ("lib/stack.ts", CDK + "new PythonFunction(a, 'A', { entry: 'lambda/py' });", "lambda/py > jobs", "'lambda/py'", "'./jobs'"),
    ("lib/stack.ts", CDK + "new DockerImageAsset(a, 'A', { directory: 'lambda/py' });", FUNCTIONS, "'lambda/", "'functions/"),
    ("lib/stack.ts", CDK + "x = lambda.Code.fromAsset('lambda/py');", FUNCTIONS, "'lambda/", "'functions/"),
    ("lib/stack.ts", CDK + "x = DockerImageCode.fromImageAsset('lambda/py', { file: 'a' });", FUNCTIONS, "'lambda/", "'functions/"),
    ("lib/stack.ts", CDK + "x = [Source.asset('./lambda/py')];", FUNCTIONS, "'./lambda/", "'./functions/"),
    ("libs/my/src/a.ts", "x = readFileSync('data/a.json');", "data/a.json > a.json", "'data/a.json'", "'./a.json'"),
    # output that is relative follows its own file
    ("libs/my/vite.config.ts", "export default { build: { outDir: '../../dist/my' } };", DEEP, "'../../", "'../../../"),
    ("libs/my/vite.config.ts", "export default { cacheDir: '../../node_modules/.vite/my' };", DEEP, "'../../", "'../../../"),
    ("libs/my/jest.config.js", "module.exports = { coverageDirectory: '../../coverage/libs/my' };", DEEP, "'../../", "'../../../"),
    ("libs/my/vitest.config.mts", "const c = { test: { coverage: { reportsDirectory: '../../coverage/my' } } };", DEEP, "'../../", "'../../../"),
    ("libs/my/playwright.config.ts", "export default { outputDir: '../../made/e2e' };", DEEP, "'../../", "'../../../"),
    ("libs/my/rollup.config.mjs", 'export default { output: { outDir: "../../build" } };', DEEP, '"../../', '"../../../'),
    ("libs/my/vite.config.ts", "const c = { outDir: path.resolve(__dirname, '../../dist/my') };", DEEP, "'../../", "'../../../"),
    ("libs/my/next.config.mjs", "export default { distDir: '../../.built/my' };", DEEP, "'../../", "'../../../"),
    (
        "libs/my/tsup.config.ts",
        "export default defineConfig({ outDir: '../../out' });",
        "libs/my/tsup.config.ts > tsup.config.ts",
        "'../../out",
        "'./out",
    ),
    # bare folders
    ("webpack.config.js", 'module.exports = { x: [{ from: "client/assets/fonts", to: "fonts/" }] };', WEB, "client/", "apps/web/"),
    ("cypress.config.js", "module.exports = { e2e: { specPattern: 'client/cypress/integration/' } };", WEB, "client/", "apps/web/"),
    ("cypress.config.js", "module.exports = { fixturesFolder: 'client/cypress/fixtures' };", WEB, "client/", "apps/web/"),
    ("cypress.config.ts", "export default { videosFolder: 'client/made/videos', screenshotsFolder: './client/shots' };", WEB, "client/", "apps/web/"),
    ("vite.config.ts", "export default { root: 'client', publicDir: 'client/assets' };", WEB, "client", "apps/web"),
    ("playwright.config.ts", "export default { testDir: 'e2e' };", "e2e > apps/e2e", "'e2e'", "'apps/e2e'"),
    ("jest.config.js", "module.exports = { roots: ['<rootDir>/client/src', 'client/made'] };", WEB, "client", "apps/web"),
    ("vite.config.ts", "export default { build: { outDir: 'client/dist/a' } };", WEB, "client", "apps/web"),
    ("eslint.config.mjs", "export default [{ languageOptions: { parserOptions: { tsconfigRootDir: 'client' } } }];", WEB, "'client'", "'apps/web'"),
    ("metro.config.js", "module.exports = { watchFolders: ['client/src', 'libs/my'] };", WEB, "client", "apps/web"),
    # joined texts
    ("webpack.config.js", 'const a = path.join(__dirname, "client", "src");', WEB, '"client"', '"apps/web"'),
    ("webpack.config.js", 'const a = path.join(__dirname, "client", "src", "lib");', "client/src > client/code", '"src"', '"code"'),
    ("webpack.config.js", 'const a = path.resolve(__dirname, "./client", "src", "index.js");', WEB, '"./client"', '"./apps/web"'),
    ("build.js", 'path.join(process.cwd(), "client", "src", "index.js");', WEB, '"client"', '"apps/web"'),
    ("build.js", 'path.join(__dirname, "client", "src");', "client/src > code/src", '"client"', '"code"'),
    ("build.js", 'path.join(__dirname, "data", "a.json");', "data/a.json > data/b.json", '"a.json"', '"b.json"'),
    ("build.js", 'path.join(__dirname, "data", "a.json");', "data/a.json > stuff/b.json", '"data", "a.json"', '"stuff", "b.json"'),
    ("tools/x/build.js", 'path.join(__dirname, "..", "..", "data", "a.json");', "data > stuff", '"data"', '"stuff"'),
    # constants
    (
        "libs/my/metro.config.js",
        "const root = path.resolve(__dirname, '../..');\nconst a = path.resolve(root, 'client/src');",
        WEB,
        "client",
        "apps/web",
    ),
    ("libs/my/a.js", "const root = path.join(__dirname, '..', '..');\nf(path.join(root, 'data', 'a.json'));", "data > stuff", "'data'", "'stuff'"),
    ("libs/my/a.js", "const root = path.resolve(__dirname, '../..');\nf(path.join(root, 'data/a.json'));", DEEP, "'../..'", "'../../..'"),
    (
        "libs/my/a.js",
        "const a = path.join(__dirname, '../..'), b = path.join(a, 'data');\nf(path.join(b, 'a.json'));",
        "data > stuff",
        "'data'",
        "'stuff'",
    ),
    (
        "libs/my/a.mjs",
        "const here = path.dirname(fileURLToPath(import.meta.url));\nf(path.join(here, '../../data/a.json'));",
        DEEP,
        "'../..",
        "'../../..",
    ),
    (
        "libs/my/a.mjs",
        "const up = fileURLToPath(new URL('..', import.meta.url));\nf(path.join(up, 'my/src/main.ts'));",
        "libs/my/src > libs/my/s",
        "my/src",
        "my/s",
    ),
    ("libs/my/a.mjs", "const here = import.meta.dirname;\nf(`${here}/../../data/a.json`);", "data > stuff", "data/", "stuff/"),
    ("a.js", "const cwd = process.cwd();\nf(path.join(cwd, 'data', 'mail', 'b.txt'));", "data/mail > data/post", "'mail'", "'post'"),
    # put behind
    ("libs/my/a.js", "f(__dirname + '/../../data/a.json');", "data > stuff", "data/", "stuff/"),
    ("libs/my/a.js", "f(`${__dirname}/src/main.ts`);", "libs/my/src > libs/my/s", "/src/", "/s/"),
    ("libs/my/a.ts", "f(process.cwd() + '/data/a.json');", "data > stuff", "/data/", "/stuff/"),
    ("libs/my/a.ts", "f(`${process.cwd()}/data/a.json`);", "data > stuff", "/data/", "/stuff/"),
    # opened from the working directory
    ("libs/my/a.ts", "fs.readFileSync('data/a.json');", "data > stuff", "data/", "stuff/"),
    ("libs/my/a.ts", "readFileSync('./data/a.json', 'utf8');", "data > stuff", "data/", "stuff/"),
    ("libs/my/a.ts", "fs.readFileSync('src/main.ts');", "libs/my/src > libs/my/s", "src/", "s/"),
    ("libs/my/a.ts", "await fs.promises.readFile('data/mail/b.txt'); fs.createReadStream('data/a.json');", "data > stuff", "data/", "stuff/"),
    ("a.ts", "Bun.file('data/a.json'); fs.existsSync('client/src'); readdirSync('data/mail');", "data > stuff", "data/", "stuff/"),
    ("a.ts", "path.resolve('data/a.json');", "data > stuff", "data/", "stuff/"),
    # seen from where the tool is started
    ("libs/my/drizzle.config.ts", "export default { schema: './libs/my/src/schema/*', out: './libs/my/made' };", DEEP, "libs/my", "libs/sub/my"),
    ("libs/my/drizzle.config.ts", "export default { schema: './src/schema/*' };", "libs/my/src > libs/my/s", "./src", "./s"),
    (
        "tools/drizzle.config.ts",
        "export default { schema: 'libs/my/src/schema/users.ts', out: 'libs/my/migrations' };",
        DEEP,
        "libs/my",
        "libs/sub/my",
    ),
    ("tools/webpack.config.js", "module.exports = { entry: './client/src/index.js' };", WEB, "./client", "./apps/web"),
    ("tools/openapi-ts.config.ts", "export default { input: 'data/a.json', output: './client/src/made/api' };", WEB, "./client", "./apps/web"),
    ("tools/tailwind.config.js", "module.exports = { content: ['./client/**/*.html'] };", WEB, "./client", "./apps/web"),
]
UNCHANGED = [
    ("ecosystem.config.js", "module.exports = { apps: [{ cwd: 'client', script: 'data/a.json' }] };", "data > kept"),
    ("ecosystem.config.js", "module.exports = { apps: [{ script: 'data/a.json', cwd: './client/' }] };", "data > kept"),
    ("ecosystem.config.js", "module.exports = { apps: [{ script: 'data/a.json', cwd: where() }] };", "data > kept"),
    ("ecosystem.config.js", "module.exports = { apps: [{ cwd: '/srv', script: 'data/a.json', error_file: '/var/x' }] };", "data > kept"),
    # code that uses no such library, other keys, other calls, what is not there
    ("lib/stack.ts", "build({ entry: 'lambda/orders/handler.ts' }); x = Code.fromAsset('lambda/py');", FUNCTIONS),
    ("lib/stack.ts", CDK + "new Function(a, 'A', { handler: 'lambda/orders/handler.ts', description: 'lambda/py' });", FUNCTIONS),
    ("lib/stack.ts", CDK + "x = [Source.data('lambda/py', 'a'), f('lambda/py')];", FUNCTIONS),
    ("lib/stack.ts", CDK + "new NodejsFunction(a, 'A', { entry: 'lambda' }); x = Code.fromAsset('gone/py');", FUNCTIONS),
    ("lib/stack.ts", CDK + "new NodejsFunction(a, 'A', { entry: path.join(base, 'lambda/py'), projectRoot: '/lambda/py' });", FUNCTIONS),
    ("vite.config.ts", "export default { title: 'client', name: 'client/src', id: 'client/src', base: 'client/' };", WEB),
    ("webpack.config.js", "module.exports = { output: { publicPath: 'client/assets/', library: 'client' } };", WEB),
    ("eslint.config.mjs", "export default [{ extends: ['react/recommended'], plugins: ['react/hooks'] }];", "react > packages/react"),
    (
        "eslint.config.mjs",
        "export default [{ rules: { 'react/jsx-key': 'error', 'client/src': 'off' } }];",
        "react > packages/react; client > apps/web",
    ),
    ("vite.config.ts", "export default { server: { proxy: { '/client/src': 'client/src' } }, mode: 'client' };", WEB),
    ("vite.config.ts", "export default { build: { outDir: 'dist', assetsDir: 'client' } };", WEB),
    ("libs/my/vite.config.ts", "export default { build: { outDir: './dist' }, cacheDir: '.vite' };", DEEP),
    ("libs/my/vite.config.ts", "const c = { host: '../../none', env: './gone/x', outDir: '/abs/x', cacheDir: '~/x' };", DEEP),
    ("libs/my/vite.config.ts", "const c = { outDir: path.resolve(__dirname, 'dist'), dir: path.join(__dirname, 'gone') };", DEEP),
    ("libs/my/jest.config.js", "module.exports = { coverageDirectory: '<rootDir>/coverage', roots: ['<rootDir>'] };", DEEP),
    ("libs/my/drizzle.config.ts", "export default { schema: './src/schema/*', out: './drizzle' };", DEEP),
    ("libs/my/playwright.config.ts", "export default { testDir: '../client' };", WEB),
    ("a.js", "f(path.join(root, 'client', 'src')); f(path.resolve(base, 'client/src'));", WEB),
    ("a.js", "let root = path.resolve(__dirname); f(path.join(root, 'client/src'));", WEB),
    ("a.js", "{ const d = path.join(__dirname, 'gone'); } { const d = __dirname; f(path.join(d, 'client/src')); }", WEB),
    ("a.js", "const root = path.resolve(__dirname, name); f(path.join(root, 'client/src'));", WEB),
    ("a.js", "const root = load(__dirname); f(path.join(root, 'client/src'));", WEB),
    ("a.js", "const root = path.resolve(__dirname, '/srv'); f(path.join(root, 'client/src'));", WEB),
    ("a.js", "f(name + '/client/src'); f(`${name}/client/src`); f(__dirname + 'client/src');", WEB),
    ("a.js", "f(`${__dirname}/client/${x}`); f('x' + __dirname + '/none');", WEB),
    ("a.ts", "zip.readFile('client/src'); read('client/src'); fetch('client/src'); app.get('client/src');", WEB),
    ("a.ts", "fs.readFileSync('client'); fs.readFileSync('/client/src'); fs.readFileSync('gone/src'); readFile('client/src');", WEB),
    ("a.ts", "path.resolve('client'); path.resolve('client/src', x); path.join('client/src'); url.resolve('client/src');", WEB),
    ("libs/my/a.ts", "fs.readFileSync('data/a.json'); f(process.cwd() + '/data/a.json');", DEEP),
    ("libs/my/a.js", "const root = path.join(__dirname, 'src'); f(path.join(root, 'main.ts'));", DEEP),
    ("libs/my/a.ts", "fs.readFileSync('src/main.ts'); path.join(process.cwd(), 'src', 'main.ts');", DEEP),
]


def carried(at: str, before: str, moves: str) -> tuple[str, list[str]]:
    pairs = [pair.split(" > ") for pair in moves.split("; ")]
    built = build(facts_of({**FILES, at: before}), Step("m", "Move", "why", tuple(Move(RepoPath(old), RepoPath(new)) for old, new in pairs)))
    return built.after.read(built.moves(RepoPath(at))).decode(), [str(loss) for loss in built.losses]


@pytest.mark.parametrize("at, before, moves, old, new", CHANGED)
def test_a_path_follows(at: str, before: str, moves: str, old: str, new: str) -> None:
    assert carried(at, before, moves) == (before.replace(old, new), [])


@pytest.mark.parametrize("at, before, moves", UNCHANGED)
def test_what_is_no_path_or_names_nothing_that_moved_stays(at: str, before: str, moves: str) -> None:
    assert carried(at, before, moves) == (before, [])
