@NullMarked
package org.monostack.network;

import org.jspecify.annotations.NullMarked;
