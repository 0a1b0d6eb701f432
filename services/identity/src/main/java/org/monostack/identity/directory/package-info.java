/** Domains whose users and groups are in an LDAP directory. */
@NullMarked
package org.monostack.identity.directory;

import org.jspecify.annotations.NullMarked;
