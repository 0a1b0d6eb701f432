/** Small cryptographic building blocks: Fernet, password hashes, random ids, private files. */
@NullMarked
package org.monostack.platform.crypto;

import org.jspecify.annotations.NullMarked;
