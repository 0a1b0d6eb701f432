/** Reads DevStack's local.conf. Pure: text in, statements out; knows no variable by name. */
@NullMarked
package org.monostack.cloud.localconf;

import org.jspecify.annotations.NullMarked;
