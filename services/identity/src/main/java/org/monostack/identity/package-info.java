/** Who may do what: users, projects, roles, tokens and the catalog, as Keystone's v3 API. */
@NullMarked
package org.monostack.identity;

import org.jspecify.annotations.NullMarked;
