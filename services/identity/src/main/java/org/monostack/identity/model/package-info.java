/** Users, projects, roles, tokens and the catalog as values. */
@NullMarked
package org.monostack.identity.model;

import org.jspecify.annotations.NullMarked;
