// Texts that break careless programs.

export const UNICODE = 'עברית ثم عربي \u202eoverride\u202c 👩‍👩‍👧‍👦 🇺🇳 e\u0301\u0323 ﷺ 𝒳𐍈 \u2028line\u2029paragraph \ufeffmark ﬀ İı ß';

/** Every C0 control character but NUL, DEL, C1, and escape sequences that would colour a terminal. */
export const CONTROLS = `${Array.from({ length: 31 }, (_, i) => String.fromCharCode(i + 1)).join('')}`
  + '\u007f\u0085\u009b tab\there \u001b[31mred\u001b[0m \u001b]0;title\u0007 bell\u0007 back\b\b';

export const NUL = 'before\u0000after, and at the end\u0000';

export const LONE_SURROGATES = 'high \ud800 low \udc00 swapped \udfff\ud83d pair \ud83d\ude00 at the end \ud83d';

export const MARKUP = '<script>alert("x")</script><img src=x onerror=alert(1)> &amp; </title><!-- ${7*7} {{7*7}} %s %n';

export const SQL = `'); DROP TABLE pull_requests; -- " OR ""=" \\' \\" \\\\ \`x\` $$ ; NULL`;

/** About 60 KB as UTF-8, near the 65,536 characters that GitHub allows. */
export const LONG = `start ${'Long line with “quotes”, tabs\tand 日本語.\r\n'.repeat(1240)} end`;

/**
 * Commit messages with co-authors in them, true and false: [message, co-authors].
 * The second is written by hand, to check the reading of trailers against.
 */
export const CO_AUTHORED = [
  ['Several people\n\nBody.\n\nCo-authored-by: Ada Okafor <ada@example.com>\n'
    + 'Co-authored-by: José García <jose@example.com>\nCo-authored-by: 田中 <tanaka@example.com>',
    ['Ada Okafor <ada@example.com>', 'José García <jose@example.com>', '田中 <tanaka@example.com>']],
  ['Odd case\n\nco-authored-by: a <a@example.com>\nCO-AUTHORED-BY: B <b@example.com>\nCo-Authored-By:C <c@example.com>',
    ['a <a@example.com>', 'B <b@example.com>', 'C <c@example.com>']],
  ['Windows line ends\r\n\r\nBody.\r\n\r\n'
    + 'Co-authored-by: Crlf <crlf@example.com>\r\nSigned-off-by: S <s@example.com>\r\n',
    ['Crlf <crlf@example.com>']],
  ['Quoted in the middle\n\nCo-authored-by: Not Me <not@example.com>\n\nThat line above is only talk.', []],
  ['The same person twice\n\nCo-authored-by: Twice <twice@example.com>\n'
    + 'Co-authored-by: Twice <twice@example.com>\nCo-authored-by: Once <once@example.com>',
    ['Twice <twice@example.com>', 'Once <once@example.com>']],
  ['No address\n\nCo-authored-by: Nameonly\nCo-authored-by:   Spaces Around <sp@example.com>  ',
    ['Nameonly', 'Spaces Around <sp@example.com>']],
  ['Co-authored-by: Subject Line <subject@example.com>', []],
  ['Among other trailers\n\nReviewed-by: R <r@example.com>\nCo-authored-by: Among <among@example.com>\nFixes: #12\n\n\n',
    ['Among <among@example.com>']],
];
