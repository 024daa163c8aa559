import { createContext, useContext } from 'react';
import { chooseTheme, type Theme } from './theme.js';

const ThemeContext = createContext<Theme>(chooseTheme({}));

export const ThemeProvider = ThemeContext;

export const useTheme = (): Theme => useContext(ThemeContext);
