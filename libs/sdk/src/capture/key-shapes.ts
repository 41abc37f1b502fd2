/**
 * What a secret looks like. `hint` is a cheap literal part: a text in which no hint occurs is not searched further.
 * Group `keep` of a pattern stays in the text before the mark. All patterns run in linear time: what follows a
 * repetition is either nothing or a character that the repetition cannot hold, or the repetition is bounded.
 */
export type KeyShape = { name: string; hint: string; pattern: RegExp };

/** Long options whose value is secret. */
export const secretFlag =
  '--(?:password|passwd|passphrase|token|secret|api-?key|auth-?token|access-?token|client-?secret)';

const notInWord = '(?<![A-Za-z0-9_-])';
const shape = (name: string, hint: string, pattern: string, flags = ''): KeyShape => ({
  name,
  hint,
  pattern: new RegExp(pattern, `g${flags}`),
});

export const keyShapes: readonly KeyShape[] = [
  shape(
    'private_key',
    'PRIVATE KEY',
    '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)',
  ),
  shape('anthropic_key', 'sk-ant-', `${notInWord}sk-ant-[A-Za-z0-9_-]{16,}`),
  shape('openrouter_key', 'sk-or-', `${notInWord}sk-or-[A-Za-z0-9_-]{16,}`),
  shape('openai_key', 'sk-', `${notInWord}sk-[A-Za-z0-9_-]{20,}`),
  shape('github_token', 'gh[pousr]_', `${notInWord}gh[pousr]_[A-Za-z0-9]{30,}`),
  shape('github_token', 'github_pat_', `${notInWord}github_pat_[A-Za-z0-9_]{22,}`),
  shape('gitlab_token', 'glpat-', `${notInWord}glpat-[A-Za-z0-9_-]{16,}`),
  shape('aws_key_id', 'A(?:KIA|SIA|BIA|CCA)', '(?<![A-Za-z0-9])A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Za-z0-9])'),
  shape(
    'aws_secret_key',
    'aws_?secret',
    '(?<keep>aws_?secret_?(?:access_?)?key["\']?\\s{0,8}[=:]\\s{0,8}["\']?)[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])',
    'i',
  ),
  shape('slack_token', 'xox[abeoprs]-|xapp-', `${notInWord}(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}`),
  shape('slack_webhook', 'hooks\\.slack\\.com', 'hooks\\.slack\\.com/(?:services|workflows)/[A-Za-z0-9/_-]{20,}'),
  shape('stripe_key', '[srp]k_(?:live|test)_|whsec_', `${notInWord}(?:[srp]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,}`),
  shape('google_key', 'AIza', `${notInWord}AIza[A-Za-z0-9_-]{35}`),
  shape('google_token', 'ya29\\.|GOCSPX-', `${notInWord}(?:ya29\\.|GOCSPX-)[A-Za-z0-9_-]{20,}`),
  shape('npm_token', 'npm_', `${notInWord}npm_[A-Za-z0-9]{30,}`),
  shape('pypi_token', 'pypi-', `${notInWord}pypi-[A-Za-z0-9_-]{32,}`),
  shape('hugging_face_token', 'hf_', `${notInWord}hf_[A-Za-z0-9]{30,}`),
  shape('groq_key', 'gsk_', `${notInWord}gsk_[A-Za-z0-9]{32,}`),
  shape('xai_key', 'xai-', `${notInWord}xai-[A-Za-z0-9]{32,}`),
  shape('sendgrid_key', 'SG\\.', `${notInWord}SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,}`),
  shape('digitalocean_token', 'do[opr]_v1_', `${notInWord}do[opr]_v1_[a-f0-9]{40,}`),
  shape('telltale_key', 'tt_', `${notInWord}tt_[A-Za-z0-9]{12}_[A-Za-z0-9_-]{43}`),
  shape('jwt', 'eyJ', `${notInWord}eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}`),
  shape(
    'url_credentials',
    '://',
    '(?<keep>(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}://)[^\\s/@:"\'<>‹]{0,256}:[^\\s/@"\'<>]{1,512}(?=@)',
  ),
  shape('url_credentials', 'https?://', '(?<keep>(?<![A-Za-z0-9+.-])https?://)[^\\s/@:"\'<>?#]{8,512}(?=@)', 'i'),
  shape('bearer', 'bearer', '(?<keep>\\bbearer\\s{1,8})[A-Za-z0-9._~+/=-]{8,}', 'i'),
  shape(
    'authorization',
    'authorization',
    '(?<keep>\\bauthorization["\']?\\s{0,8}[:=]\\s{0,8}["\']?(?:basic|token|bot)\\s{1,8})[A-Za-z0-9._~+/=-]{6,}',
    'i',
  ),
  shape(
    'api_key_header',
    'api-key',
    '(?<keep>\\b(?:x-(?:goog-)?|anthropic-|openai-)?api-key["\']?\\s{0,8}[:=]\\s{0,8}["\']?)[^\\s"\',;‹]{8,}',
    'i',
  ),
  shape(
    'assigned_secret',
    'KEY|TOKEN|SECRET|PASS|CREDENTIAL',
    '(?<keep>(?<![A-Za-z0-9_])[A-Z][A-Z0-9_]{0,80}(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)=["\']?)[^\\s"\'‹]{6,}',
  ),
  shape(
    'assigned_secret',
    'password|passwd|secret|token|api_?key|passphrase',
    '(?<keep>(?<![A-Za-z0-9])(?:password|passwd|passphrase|secret|(?:access|auth|refresh|id|session)_?token|token|api_?key|client_?secret|secret_?key|access_?key)(?:["\']\\s{0,4}:\\s{0,4}["\']|=["\']?))[^\\s"\'&,;‹]{6,}',
    'i',
  ),
  shape(
    'secret_flag',
    '--',
    `(?<keep>(?<![A-Za-z0-9_-])${secretFlag}[= ])(?:'(?!‹)[^'\\n]{4,256}'|"(?!‹)[^"\\n]{4,256}"|[^\\s"'‹]{4,})`,
    'i',
  ),
];
