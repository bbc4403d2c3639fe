// tools/package_parts: what is left to the system is there, and new enough.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PARTS = fileURLToPath(new URL('../tools/package_parts', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'package-parts-'));
after(() => rm(folder, { recursive: true }));

// A program that needs nothing but libc.so.6.
const program = join(folder, 'program');
execFileSync('cc', ['-x', 'c', '-', '-o', program],
  { input: '#include <stdio.h>\nint main(int argc, char** argv) { return argc > 9 ? puts(argv[9]) : 0; }\n' });
const needed = execFileSync('objdump', ['-p', program], { encoding: 'utf8' }).match(/GLIBC_2\.\d+(?!\.)/g);
const minor = Math.max(...needed.map((name) => Number(name.split('.')[1])));

async function check(table, form = 'deb', files = [program]) {
  const list = join(folder, 'system-libraries');
  await writeFile(list, `# a comment\n${table}\n`);
  const { status, stderr } = spawnSync('bash', ['-c', '. "$1"; system_libraries=$2; shift 2; check_needs "$@"', 'bash', PARTS, list, form, ...files],
    { encoding: 'utf8' });
  return { status, stderr };
}

test('a library that the system has, new enough, is no fault', async () => {
  assert.deepEqual(await check(`libc.so.6 deb tarball GLIBC_2.${minor}`), { status: 0, stderr: '' });
  assert.deepEqual(await check('libc.so.6 deb GLIBC_2.100'), { status: 0, stderr: '' });
});

test('one that the system would not have is named', async () => {
  for (const [table, form] of [['', 'deb'], ['libm.so.6 deb GLIBC_2.100', 'deb'], ['libc.so.6 deb GLIBC_2.100', 'tarball']]) {
    const { status, stderr } = await check(table, form);
    assert.equal(status, 1, table);
    assert.match(stderr, /program needs libc\.so\.6, which would be missing/);
  }
});

test('one that comes along is not missing', async () => {
  const library = join(folder, 'libc.so.6');
  await writeFile(library, '');
  execFileSync('cp', [program, library]);
  assert.deepEqual(await check('', 'tarball', [program, library]), { status: 0, stderr: '' });
});

test('a symbol that is too new is named; versions are numbers, not texts', async () => {
  const { status, stderr } = await check('libc.so.6 deb GLIBC_2.4');
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`program needs GLIBC_2\\.${minor} of libc\\.so\\.6, which has GLIBC_2\\.4 at most`));
});

test('a RUNPATH is a fault, as it hides what lies beside it', async () => {
  const hiding = join(folder, 'hiding');
  execFileSync('cc', ['-x', 'c', '-', '-o', hiding, '-Wl,--enable-new-dtags,-rpath,/nowhere'], { input: 'int main(void) { return 0; }\n' });
  const { status, stderr } = await check('libc.so.6 deb GLIBC_2.100', 'deb', [hiding]);
  assert.equal(status, 1);
  assert.match(stderr, /hiding has a RUNPATH/);
});
